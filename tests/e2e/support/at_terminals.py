"""Runs a command at two terminals: at_terminals.py COMMAND ARG... One, which the command is controlled by,
has its standard input and its standard error, the other its standard output, so that what it writes can
be told apart. The three are joined to ours; its exit code is ours, 128 and the signal where one ended it."""
import os, pty, select, sys, tty

output, slave = pty.openpty()
tty.setraw(slave)  # a line ends as it was written
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.dup2(slave, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(slave)
ways = {terminal: 2, output: 1, 0: terminal}
while terminal in ways or output in ways:
    for source in select.select(list(ways), [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # the terminal's last user has gone
            data = b""
        if data:
            os.write(ways[source], data)
        else:
            del ways[source]
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
