// Starts the built binary on the fictional territory, runs every test against it in a real browser, stops it.
// Usage: node run.mjs [path of the binary] [test files…]

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const binary = resolve(process.argv[2] ?? join(here, "../target/debug/caloduc"));
const chosen = process.argv.slice(3);

if (!existsSync(binary)) {
  console.error(`${binary} is missing: cargo build -p caloduc`);
  process.exit(1);
}

export async function serve() {
  const folder = mkdtempSync(join(tmpdir(), "caloduc-e2e-"));
  const service = spawn(binary, ["serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", folder], {
    env: { ...process.env, CALODUC_LIMITS__BURST: "100000", CALODUC_LIMITS__REQUESTS_PER_SECOND: "100000", CALODUC_MAP__BASE: "own" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  const address = await new Promise((found, failed) => {
    service.stderr.on("data", (bytes) => {
      log += bytes;
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
      if (match) found(match[0]);
    });
    service.on("exit", (code) => failed(new Error(`the service ended with ${code}:\n${log}`)));
  });
  for (let i = 0; ; i++) {
    const ready = await fetch(`${address}/health/ready`).then((r) => r.status, () => 0);
    if (ready === 200) break;
    if (i > 300) throw new Error(`the service is not ready:\n${log}`);
    await new Promise((done) => setTimeout(done, 200));
  }
  return {
    address,
    stop: async () => {
      service.removeAllListeners("exit");
      const ended = new Promise((done) => service.on("exit", done));
      service.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const service = await serve();
  const files = chosen.length > 0 ? chosen : readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => join(here, name));
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=1", ...files], {
    env: { ...process.env, CALODUC_URL: service.address },
    stdio: "inherit",
  });
  const code = await new Promise((done) => tests.on("exit", done));
  await service.stop();
  process.exit(code ?? 1);
}
