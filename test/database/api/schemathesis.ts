/**
 * `npm run api:fuzz`: schemathesis (PyPI) generates valid and invalid requests from the API's description, and checks that the description allows
 * every answer. Without Python's venv and pip, or without a package index, it is skipped with a message.
 */
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { ask, fromPyPI } from "../../support/api/described.ts"

const VERSION = "4.32.5"
/** Seconds of requests. GITTENSOR_FUZZ_SECONDS overrides the default. */
const seconds = process.env.GITTENSOR_FUZZ_SECONDS ?? "60"
const seed = process.env.GITTENSOR_TEST_SEED

const fuzzed = (bin: string) => (url: string) =>
  Effect.promise(
    () =>
      Bun.spawn(
        [
          join(bin, "schemathesis"),
          "--config-file",
          join(import.meta.dirname, "schemathesis.toml"),
          "run",
          `${url}/openapi.json`,
          // The stream never ends; test/database/api/stream.test.ts tests it.
          "--exclude-path",
          "/v1/stream",
          "--max-time",
          seconds,
          ...(seed === undefined ? [] : ["--seed", seed]),
          "--continue-on-failure",
          "--no-shrink"
        ],
        { stdin: "ignore", stdout: "inherit", stderr: "inherit", cwd: tmpdir() }
      ).exited
  )

const found = fromPyPI(`schemathesis==${VERSION}`)
if ("why" in found) console.log(`skipped: schemathesis over the API's description (${found.why})`)
else await ask(`schemathesis ${VERSION}`, fuzzed(found.bin))
