/** `labwire help addresses`. */
export const addresses = `Addresses

  host:8000        a host, by name or IPv4 address, and a port
  host 8000        the same as two words, as nc has it
  [::1]:8000       IPv6 stands in brackets
  unix:PATH        a socket in the file system
  host             the command's own port: serve 8000, echo-reverse 5000, files 9000
  8000             this machine, 127.0.0.1
  :8000            to listen: all interfaces; to connect: this machine

A server without an address listens on 127.0.0.1, so that only this machine reaches it; :8000 or
0.0.0.0:8000 lets the network in. Port 0 takes any free port; the line "listening on" tells which.
A client without one joins 127.0.0.1:8000; at a terminal it asks.

  labwire serve :8000
  labwire connect 10.0.0.5:8000
`;
