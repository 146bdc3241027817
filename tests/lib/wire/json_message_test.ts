import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../lib/base/errors.ts";
import { decodeJson, encodeJson } from "../../../lib/wire/json_message.ts";
import { anyText, bytesOf } from "../../support/feed.ts";

function assertRefused(json: string | Uint8Array, message: string): void {
  const payload = typeof json === "string" ? bytesOf(json) : json;
  const error = assertThrows(() => decodeJson(payload), ProtocolError);
  assertEquals(error.message.slice(0, message.length), message);
}

Deno.test("a json message is what the program of seed 003 writes", () => {
  const payload = encodeJson("Ada", "hello", 1763660747.5);
  assertEquals(
    new TextDecoder().decode(payload),
    '{"username":"Ada","timestamp":1763660747.5,"message":"aGVsbG8="}',
  );
});

Deno.test("a json message as Python's json.dumps lays it out is understood", () => {
  const python = '{"username": "\\u00c4da", "timestamp": 1763660747.123, "message": "aGkK"}';
  assertEquals(decodeJson(bytesOf(python)), {
    type: "chat",
    from: "Äda",
    at: 1763660747.123,
    text: "hi\n",
  });
});

Deno.test("any name and text come back as they were", () => {
  fc.assert(fc.property(anyText, anyText, (from, text) => {
    const message = { type: "chat" as const, from, text, at: 1.5 };
    assertEquals(decodeJson(encodeJson(from, text, 1.5)), message);
  }));
});

Deno.test("what is no json message is refused, with what is wrong", () => {
  const message = '"message":"aGk="', timestamp = '"timestamp":1', username = '"username":"Ada"';
  assertRefused("{", "malformed JSON: ");
  assertRefused('{"username" "Ada"}', "malformed JSON: ");
  assertRefused("null", "malformed JSON: a message is an object");
  assertRefused("1", "malformed JSON: a message is an object");
  assertRefused("{}", '"username" must be a string');
  assertRefused("[]", '"username" must be a string');
  assertRefused(`{"username":1,${timestamp},${message}}`, '"username" must be a string');
  assertRefused(`{${username},${message}}`, '"timestamp" must be a number');
  assertRefused(`{${username},"timestamp":"1",${message}}`, '"timestamp" must be a number');
  assertRefused(`{${username},${timestamp}}`, '"message" must be a string');
  assertRefused(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), "a message is not valid UTF-8");
});

Deno.test("a message that is not base64 of UTF-8 is refused", () => {
  for (const message of ["a", "aGk", "aG=k", "aGk=x", "a$k=", "aGl=", "-_8="]) {
    assertRefused(
      JSON.stringify({ username: "", timestamp: 1, message }),
      '"message" is not base64',
    );
  }
  assertRefused('{"username":"","timestamp":1,"message":"/w=="}', "a message is not valid UTF-8");
});

Deno.test("a timestamp that native could not carry is refused", () => {
  for (const timestamp of ["-1", "1e999", "-1e999"]) {
    assertRefused(`{"username":"","timestamp":${timestamp},"message":""}`, '"timestamp" must be');
  }
});
