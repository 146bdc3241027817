import type { Cipher } from "./cipher.ts";

/** No cipher: what is sent is what is seen on the wire. */
export const none: Cipher = {
  name: "none",
  binary: false,
  records: false,
  seal: (plain) => plain,
  open: (sealed) => sealed,
};
