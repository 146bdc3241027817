/** One thing that people do with other tools. */
export interface Idiom {
  /** As it is typed there, in one or several ways. */
  readonly theirs: readonly string[];
  /** A whole command line of labwire; absent where it has no word for it. */
  readonly ours?: string;
  /** What differs, or why there is none. */
  readonly remark: string;
}

/** What stands in docs/idioms.md, too, in this order, which is one that can be typed. */
export const IDIOMS: readonly Idiom[] = [
  {
    theirs: ["nc -l 8000", "nc -k -l 8000", "socat TCP-LISTEN:8000,fork -"],
    ours: "labwire serve 127.0.0.1:8000 --mode log",
    remark: "prints who says what; takes one client after the other, and many at once",
  },
  {
    theirs: ["nc 127.0.0.1 8000", "socat - TCP:127.0.0.1:8000"],
    ours: "labwire connect 127.0.0.1:8000 --dialect text",
    remark: "--dialect raw sends lines without their end",
  },
  {
    theirs: ["nc -N 127.0.0.1 8000 <notes.txt"],
    ours: "labwire connect 127.0.0.1:8000 --dialect text <notes.txt",
    remark: "the end of input closes the sending side: -N is always on",
  },
  {
    theirs: ["nc -q 2 127.0.0.1 8000 <notes.txt", "nc -w 2 127.0.0.1 8000 <notes.txt"],
    ours: "labwire connect 127.0.0.1:8000 --dialect text --linger 2s <notes.txt",
    remark: "behind the end of input, so much silence is the end; 1 s unless given",
  },
  {
    theirs: ["nc -z 127.0.0.1 8000"],
    ours: "labwire connect 127.0.0.1:8000 --dialect text --linger 0 </dev/null",
    remark: "exit code 0 if somebody listens there, 3 if not; one port at a time",
  },
  {
    theirs: ["ncat -i 200ms"],
    ours: "labwire connect 127.0.0.1:8000 --dialect raw --pace 200ms <notes.txt",
    remark: "time between messages, over raw and json",
  },
  {
    theirs: ["ncat -l --chat 8001", "ncat -l --broker 8001"],
    ours: "labwire serve 127.0.0.1:8001",
    remark: "names instead of numbers; bytes are not passed on as they are",
  },
  {
    theirs: ["ncat -l --allow 127.0.0.0/8 --max-conns 3 8002"],
    ours: "labwire serve 127.0.0.1:8002 --allow 127.0.0.0/8 --max-clients 3",
    remark: "--deny is the opposite, and stronger; one client too many is told so",
  },
  {
    theirs: ["ncat -l --idle-timeout 60s 8003"],
    ours: "labwire serve 127.0.0.1:8003 --idle 60s",
    remark: "lets go who says nothing for so long",
  },
  {
    theirs: ["ncat -l --ssl 8004", "socat OPENSSL-LISTEN:8004,cert=cert.pem -"],
    ours: "labwire serve 127.0.0.1:8004 --tls-self-signed",
    remark: "prints what clients of labwire add, --tls --fingerprint …; ncat --ssl can join",
  },
  {
    theirs: ["nc -l 9000 <notes.txt", "nc -l 9000 >notes.txt"],
    ours: "labwire fileserver . 127.0.0.1:9000 --writable",
    remark: "a folder both ways, for browsers and curl, too",
  },
  {
    theirs: ["nc 127.0.0.1 9000 >notes.txt"],
    ours: "labwire get 127.0.0.1:9000 notes.txt --overwrite",
    remark: "verified; goes on where it broke off",
  },
  {
    theirs: ["nc -N 127.0.0.1 9000 <notes.txt"],
    ours: "labwire put 127.0.0.1:9000 notes.txt --rename",
    remark: "the same the other way",
  },
  {
    theirs: ["nc -lU chat.sock", "socat UNIX-LISTEN:chat.sock,fork -"],
    ours: "labwire serve unix:chat.sock",
    remark: "for you alone; the socket goes when the server does",
  },
  {
    theirs: ["nc -U chat.sock", "socat - UNIX-CONNECT:chat.sock"],
    ours: "labwire connect unix:chat.sock --dialect text <notes.txt",
    remark: "every client takes such an address",
  },
  {
    theirs: ["socat TCP-LISTEN:5000,fork EXEC:rev"],
    ours: "labwire echo-reverse 127.0.0.1:5000",
    remark: "the one program that is built in",
  },
  {
    theirs: ["ncat -e PROGRAM", "ncat -c COMMAND", "socat … EXEC:PROGRAM"],
    remark: "nothing runs programs for a peer: whoever connects would act as you",
  },
  {
    theirs: ["nc -u", "ncat --udp", "socat … UDP:…", "ncat --sctp"],
    remark: "no datagrams: a lab of streams",
  },
  {
    theirs: ["nc -x PROXY", "ncat --proxy", "ssh -W"],
    remark: "no proxies; ssh -L or socat makes a port that labwire can use",
  },
  {
    theirs: ["nc -p PORT", "nc -s ADDRESS"],
    remark: "the system chooses where a connection comes from",
  },
  {
    theirs: ["socat TCP-LISTEN:… TCP:…", "ncat -x FILE", "socat -x"],
    remark: "no relay and no dump between two others: tcpdump or socat show what passes",
  },
];

/** `labwire help idioms`. */
export const idioms = `Idioms: nc, ncat and socat, and labwire's words for the same

${
  IDIOMS.map(({ theirs, ours, remark }) =>
    [...theirs.map((each) => `  ${each}`), ...(ours ? [`    ${ours}`] : []), `    # ${remark}`]
      .join("\n")
  ).join("\n\n")
}
`;
