import { assert, assertMatch } from "@std/assert";
import { isOwnHost } from "../../../lib/web/host.ts";
import { Peer } from "../../support/peer.ts";
import { Site, WebService } from "./site.ts";

const HERE = "127.0.0.1:4000", AWAY = "10.0.0.7:4000";

Deno.test("a browser of this machine is answered under names that no stranger can own", () => {
  for (
    const host of [
      null,
      "localhost",
      "LOCALHOST:9000",
      "127.0.0.1:9000",
      "127.0.0.1",
      "[::1]:9000",
      "[::ffff:127.0.0.1]",
      "lab",
      "lab.localhost:9000",
    ]
  ) assert(isOwnHost(host, HERE), `${host}`);
  for (const host of ["evil.test", "127.0.0.1.evil.test:9000", "localhost.evil.test", "a.b"]) {
    for (const peer of [HERE, "[::1]:4000", "[::ffff:127.0.0.1]:4000"]) {
      assert(!isOwnHost(host, peer), `${host} from ${peer}`);
    }
    assert(isOwnHost(host, AWAY), host);
  }
});

Deno.test("a name that was made to point here gets nothing of a share", async () => {
  await using site = await Site.make({ "a.txt": "secret" });
  await using service = new WebService(site.answer);
  using peer = await Peer.connect(service.port);
  await peer.send("GET /a.txt HTTP/1.0\r\nHost: evil.test\r\n\r\n");
  const answer = await peer.sawEnd();
  assertMatch(answer, /^HTTP\/1\.[01] 403 /);
  assert(!answer.includes("secret"));
});
