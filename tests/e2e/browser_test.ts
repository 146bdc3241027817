import { assertEquals } from "@std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { peerTest } from "../support/peers.ts";
import { Program } from "../support/program.ts";
import { Folder } from "./support/lab.ts";

/** A browser that asks nobody but the server of the test. */
async function launch(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox", // CI runs as root
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

/** Clicks a link, and saves what comes of it. */
async function download(page: Page, name: string, path: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByText(name).click()]);
  assertEquals(await file.failure(), null);
  await file.saveAs(path);
  return file.suggestedFilename();
}

peerTest(
  ["chromium"],
  "a browser walks through a shared folder, downloads from it, and runs nothing that lies there",
  async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const hostile = "<img src=x onerror=document.title='run'>.bin";
    using shared = new Folder({
      "lab 1/größe.bin": bytes,
      [hostile]: bytes.slice(0, 100),
      "page.html": "<title>shared</title><script>document.title = 'run'</script><p>Hello",
    });
    using here = new Folder();
    await using server = Program.labwire(["fileserver", shared.path, "127.0.0.1:0"]);
    const port = await server.port();
    await using browser = await launch();
    const page = await browser.newPage();

    await page.goto(`http://127.0.0.1:${port}/`);
    assertEquals(await page.getByRole("link").allTextContents(), ["lab 1/", hostile, "page.html"]);
    assertEquals(await download(page, hostile, here.at("hostile")), hostile.replace(/[<>]/g, "_"));
    assertEquals(here.read("hostile"), bytes.slice(0, 100));
    assertEquals((await page.title()).includes("run"), false);

    await page.getByText("lab 1/").click();
    await page.waitForURL(`http://127.0.0.1:${port}/lab%201/`);
    assertEquals(await download(page, "größe.bin", here.at("saved")), "größe.bin");
    assertEquals(here.read("saved"), bytes);

    await page.goto(`http://127.0.0.1:${port}/page.html`);
    assertEquals(await page.title(), "shared");
    assertEquals(await page.locator("p").textContent(), "Hello");
  },
);
