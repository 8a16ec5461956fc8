/** Runs the commands of docs/operate.md on a dev chain, and those that verify a download on archives of its own. */
import { spawnSync } from "node:child_process"
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { pack, sign, writeSigners, writeSums } from "../../../scripts/release/archive.ts"
import { devAccounts } from "../../../src/devnet/chain/genesis.ts"
import { clean, command, folder, root, World, worldLayer } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"

const page = readFileSync(join(root, "docs/operate.md"), "utf8")

/** The shell lines below a marker in the page. */
const linesOf = (mark: string): string => {
  const found = new RegExp(`^\`\`\`sh ${mark}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1]
  if (found === undefined) throw new Error(`docs/operate.md has no lines marked ${mark}`)
  return found
}

const bash = (script: string, cwd: string, env: Readonly<Record<string, string>>) =>
  spawnSync("bash", ["-c", `set -euo pipefail\n${script}`], {
    cwd,
    encoding: "utf8",
    timeout: 150_000,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env }
  })

const freePort = (): number => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } })
  const { port } = listener
  listener.stop(true)
  return port
}

/** Puts this program on the path as `gittensor`. Its doctor gets more time, because the machine runs other tests. */
const programIn = (home: string): string => {
  const bin = join(home, "bin")
  mkdirSync(bin)
  writeFileSync(
    join(bin, "gittensor"),
    `#!/bin/sh\nif [ "$1" = doctor ]; then shift; set -- doctor --within 60 "$@"; fi\nexec ${program.map((word) => `'${word}'`).join(" ")} "$@"\n`
  )
  chmodSync(join(bin, "gittensor"), 0o755)
  return bin
}

const hasCurl = Bun.which("curl") !== null && Bun.which("bash") !== null

layer(worldLayer(), { excludeTestServices: true, timeout: "3 minutes" })("docs/operate.md", (it) => {
  it.scoped.skipIf(!hasCurl)(
    "leads to a healthy validator",
    () =>
      Effect.gen(function* () {
        const { endpoint, env } = yield* World
        assert.strictEqual((yield* command(["owner", "validators", "add", devAccounts["//Validator1"], "--yes"])).code, 0)
        const home = yield* folder
        const bin = programIn(home)
        const port = String(freePort())
        const lines = linesOf("devnet").replaceAll("ws://127.0.0.1:9944", endpoint).replaceAll("8091", port)
        const outcome = yield* Effect.promise(() => {
          const child = Bun.spawn(["bash", "-c", `set -euo pipefail\n${lines}\necho "the end"`], {
            cwd: home,
            env: { ...env, PATH: `${bin}:${process.env.PATH ?? ""}`, HOME: home },
            stdin: "ignore",
            stdout: "pipe",
            stderr: "pipe"
          })
          return Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
        }).pipe(Effect.timeout("150 seconds"))
        const [code, stdout, stderr] = outcome
        assert.strictEqual(code, 0, `${stdout}\n${stderr}`)
        clean(stdout)
        assert.match(stdout, /^wrong {3}axon /m)
        assert.include(stdout, '"healthy":true')
        assert.include(stdout, "gittensor_voting 1")
        assert.match(stdout, /^warning axon .*127\.0\.0\.1/m)
        assert.match(stdout, /the end\n$/)
        assert.isTrue(existsSync(join(home, "validator/journal.sqlite")))
      }),
    600_000
  )
})

describe("a release", () => {
  const canSign = Bun.which("ssh-keygen") !== null && spawnSync("tar", ["--version"], { encoding: "utf8" }).stdout?.includes("GNU") === true

  it.scoped.skipIf(!canSign)("is verified by the page's commands, which detect every change", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const name = "gittensor-0.1.0-linux-x64"
      const made = () => {
        mkdirSync(join(place, name))
        writeFileSync(join(place, name, "gittensor"), "the executable", { mode: 0o755 })
        cpSync(join(root, "deploy"), join(place, name, "deploy"), { recursive: true })
        const archive = readFileSync(pack(join(place, name)))
        spawnSync("rm", ["-r", join(place, name)])
        return archive
      }
      // The archive is the same whenever and by whomever it is packed.
      assert.isTrue(made().equals(made()))
      assert.match(
        spawnSync("tar", ["-tvzf", join(place, `${name}.tar.gz`)], { encoding: "utf8" }).stdout,
        /-rwxr-xr-x 0\/0 +14 1970-01-01 00:00 \S+\/gittensor\n/
      )
      const key = join(place, "key")
      spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
      sign(writeSums(place, [`${name}.tar.gz`]), key)
      writeSigners(place, key)
      const verify = () => bash(linesOf("verify"), place, {})
      const good = verify()
      assert.strictEqual(good.status, 0, good.stderr)
      assert.include(good.stdout, 'Good "gittensor-release" signature for release@gittensor')
      assert.include(good.stdout, `${name}.tar.gz: OK`)
      const sums = readFileSync(join(place, "SHA256SUMS"))
      appendFileSync(join(place, "SHA256SUMS"), "0  other\n")
      assert.notStrictEqual(verify().status, 0)
      writeFileSync(join(place, "SHA256SUMS"), sums)
      appendFileSync(join(place, `${name}.tar.gz`), "x")
      assert.include(verify().stdout, "FAILED")
      const stranger = join(place, "stranger")
      spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger])
      sign(writeSums(place, [`${name}.tar.gz`]), stranger)
      assert.notStrictEqual(verify().status, 0)
    })
  )
})
