/**
 * How a connection may end, played to any client: the sections of docs/endings.md.
 *
 * @module
 */
import { DRAIN_MS, REFUSAL_WAIT_MS } from "../../../lib/base/limits.ts";
import { sleep } from "../../../lib/base/tasks.ts";
import { Peer } from "../../support/peer.ts";
import { Program } from "../../support/program.ts";
import { EndingPeer, WORDS } from "./ending_peer.ts";
import { dialectOf, halfCloses, type How, interrupt, TYPED, types } from "./ending_programs.ts";

/** What one client finds. */
export interface Scene {
  /** Where it is to connect, on this machine. */
  port: string | number;
  /** What it is told, as it should show it. */
  words: string;
  /** What the other side, or a finger on Ctrl-C, does once it runs. */
  play?: (program: Program) => Promise<void>;
}

/** One section of the page. */
export interface Ending {
  /** Its heading. */
  title: string;
  /** Options for labwire. */
  options: string[];
  /** Prepares for a client; what is opened for it goes on the stack. */
  open(how: How, stack: AsyncDisposableStack): Promise<Scene>;
}

// A foreign client at the end of its input leaves after a silence: not before the peer has done its
// part, and soon where that is silence.
const PATIENT = ["--linger", "1m"], FAIR = ["--linger", "2s"], IMPATIENT = ["--linger", "100ms"];

/** By then a server that sends somebody away has said so and closed, whatever the client did. */
const SENT_AWAY_MS = REFUSAL_WAIT_MS + DRAIN_MS + 1000;

type Act = (peer: EndingPeer, how: How, program: Program) => Promise<void> | void;

/** The sections, in the page's order. */
export const ENDINGS: Ending[] = [
  ending("The peer closes", PATIENT, async (peer, how) => {
    await talks(peer, how);
    peer.closes();
  }),
  ending("The peer half-closes", PATIENT, async (peer, how) => {
    await talks(peer, how);
    peer.halfCloses();
  }),
  ending("The peer resets the connection", PATIENT, async (peer, how, program) => {
    await talks(peer, how);
    await shown(peer, program);
    peer.resets();
  }),
  ending("The peer never answers", IMPATIENT, async (peer, how) => {
    await peer.met();
    if (types(how) && how.client !== "native") await hears(peer, how);
  }),
  ending("The peer falls silent", FAIR, talks),
  { title: "Nobody listens", options: PATIENT, open: () => Promise.resolve(nobody()) },
  { title: "The server denies entrance", options: PATIENT, open: denied },
  { title: "The server is busy", options: PATIENT, open: busy },
  ending("Ctrl-C", PATIENT, async (peer, how, program) => {
    await talks(peer, how);
    await shown(peer, program);
    await interrupt(program, how);
  }),
  {
    title: "The command line is wrong",
    options: [],
    open: () => Promise.resolve({ port: "x", words: WORDS }),
  },
];

function ending(title: string, options: string[], act: Act): Ending {
  const open: Ending["open"] = async (how, stack) => {
    const peer = stack.use(await EndingPeer.listen());
    const words = dialectOf(how) === "json" ? `Bea: ${WORDS}` : WORDS;
    return { port: peer.port, words, play: async (program) => await act(peer, how, program) };
  };
  return { title, options, open };
}

/** Hears what is typed, if anything is, and its end, if that is told, and says its words. */
async function talks(peer: EndingPeer, how: How): Promise<void> {
  await peer.met();
  if (how.client === "native") await peer.welcomes();
  if (types(how)) await hears(peer, how);
  if (halfCloses(how)) await peer.hearsEnd();
  await peer.says(dialectOf(how));
}

async function hears(peer: EndingPeer, how: How): Promise<void> {
  await peer.hears(dialectOf(how) === "json" ? btoa(TYPED) : TYPED);
}

/** Waits until the words are shown, or have come back: `nc` may send them there. */
async function shown(peer: EndingPeer, program: Program): Promise<void> {
  await Promise.race([program.sees(WORDS.trimEnd()), peer.hears(WORDS.trimEnd())]);
}

function nobody(): Scene {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return { port: listener.addr.port, words: WORDS };
}

async function denied(how: How, stack: AsyncDisposableStack): Promise<Scene> {
  const server = stack.use(Program.labwire(["serve", "127.0.0.1:0", "--operator"]));
  const port = await server.port();
  await server.type("/ban 127.0.0.1\n");
  await server.sees("127.0.0.1 is banned\n");
  return sentAway(port, "you are banned here", how, stack);
}

async function busy(how: How, stack: AsyncDisposableStack): Promise<Scene> {
  const server = stack.use(Program.labwire(["serve", "127.0.0.1:0", "--max-clients", "1"]));
  const port = await server.port();
  const first = await Peer.connect(port);
  stack.defer(() => first.close());
  await first.send("I am here\n");
  await server.sees("connected as Client 1", "stderr");
  return sentAway(port, "the server is busy, please try again later", how, stack);
}

/** A labwire server says a sentence, which not every client shows. */
function sentAway(port: number, sentence: string, how: How, stack: AsyncDisposableStack): Scene {
  const words = `${dialectOf(how) === "json" ? "Server: " : ""}${sentence}\n`;
  const gone = new AbortController();
  stack.defer(() => gone.abort());
  const play = async (program: Program) => {
    await Promise.race([program.sees(sentence), sleep(SENT_AWAY_MS, gone.signal)]);
  };
  return { port, words, play };
}
