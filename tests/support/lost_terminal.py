"""Runs a command at a terminal that goes away with our standard input: lost_terminal.py COMMAND ARG...
Its standard error is ours; once it has ended, so is its exit code."""
import os, pty, sys

errors = os.dup(2)
pid, terminal = pty.fork()
if pid == 0:
    os.dup2(errors, 2)
    os.execvp(sys.argv[1], sys.argv[1:])
sys.stdin.read()
os.close(terminal)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
