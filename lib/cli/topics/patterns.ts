/** `labwire help patterns`. */
export const patterns = `Send and expect: what connect takes in a script

Steps are options, done in their order; each may come again and again:

  --send TEXT        a message; \\n \\r \\t \\\\ and \\xNN mean what they do in C
  --send-file FILE   what a file holds, byte for byte
  --send-hex HEX     bytes such as 48656c6c6f
  --expect PATTERN   wait for it in what comes
  --timeout TIME     how long each step may wait (10s unless given); a second holds from there on
  --save NAME        keep what was expected last, or its first group
  --wait WHAT        for the end (close), a silence, N messages, or so long
  --half-close       close our sending side; what comes is still read
  --reset            end with a reset (RST) instead of a close
  --script FILE      the same steps from a file, one a line, without dashes

A PATTERN is one of three:

  hello              these characters
  /^(\\d+) ACK$/      a regular expression between slashes (RE2: linear in time, so no \\1, no (?=))
  hex:0d0a           these bytes

The exit code is 0 when every step was done, 1 when something else came, 6 when nothing came in
time; standard error then shows what was expected, what came, and where they differ.

  labwire connect 127.0.0.1:8000 --dialect raw --send hello --expect 'hello ACK' --timeout 2s
`;
