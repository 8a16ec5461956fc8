/** Runs the commands of docs/local-chain.md and docs/validator.md as written, and those that verify a download on archives of the test's own. */
import { spawnSync } from "node:child_process"
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { pack, sign, writeSigners, writeSums } from "../../../scripts/release/archive.ts"
import { clean, folder, root } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"

const page = readFileSync(join(root, "docs/validator.md"), "utf8")

/** The shell lines below a marker in the document. */
const linesOf = (mark: string): string => {
  const found = new RegExp(`^\`\`\`sh ${mark}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1]
  if (found === undefined) throw new Error(`docs/validator.md has no lines marked ${mark}`)
  return found
}

/** All shell lines of docs/local-chain.md. */
const localChain = [...readFileSync(join(root, "docs/local-chain.md"), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
  .map(([, lines]) => lines)
  .join("")

const bash = (script: string, cwd: string, env: Readonly<Record<string, string>>) =>
  spawnSync("bash", ["-c", `set -euo pipefail\n${script}`], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env }
  })

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

/**
 * Runs a command in its own network namespace, in which the document's ports are free: with the loopback interface only, which the command must bring
 * up.
 */
const OWN_NETWORK = ["unshare", "--map-root-user", "--net", "bash", "-c", 'ip link set lo up && exec bash -c "$1"', "bash"]
const hasOwnNetwork = spawnSync(OWN_NETWORK[0] ?? "", [...OWN_NETWORK.slice(1), "true"], { stdio: "ignore" }).status === 0

/** Kills a process and all of its descendants. */
const kill = ({ pid }: { readonly pid: number }) => {
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // They have already exited.
  }
}

describe("docs/local-chain.md", () => {
  it.scopedLive.skipIf(!hasCurl)("leads from an empty folder to a healthy validator, a match and a payment, as it is written", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const bin = programIn(yield* folder)
      const script = `set -euo pipefail\n${localChain}\necho "the end"`
      const outcome = yield* Effect.acquireUseRelease(
        Effect.sync(() =>
          Bun.spawn(hasOwnNetwork ? [...OWN_NETWORK, script] : ["bash", "-c", script], {
            cwd: home,
            // This test's network namespace has no user ids for sandboxes.
            env: { PATH: `${bin}:${process.env.PATH ?? ""}`, HOME: home, GITTENSOR_BOX: "where-possible" },
            stdin: "ignore",
            stdout: "pipe",
            stderr: "pipe",
            detached: true
          })
        ),
        // Background processes end with it, even after a failure: otherwise they would hold the output open.
        (child) =>
          Effect.promise(() =>
            Promise.all([child.exited.finally(() => kill(child)), new Response(child.stdout).text(), new Response(child.stderr).text()])
          ),
        (child) => Effect.sync(() => kill(child))
      )
      const [code, stdout, stderr] = outcome
      assert.strictEqual(code, 0, `${stdout}\n${stderr}`)
      clean(stdout)
      assert.include(stdout.replace(/\s+/g, " "), "validators with 0 % of the active stake give it weight, and it takes more than half")
      // Of two runs of the doctor, only the first finds something wrong.
      assert.deepStrictEqual(stdout.match(/^wrong +\w+/gm), ["wrong   axon"])
      assert.match(stdout, /^warning contract .*validators with 0 % of the active stake/m)
      assert.match(stdout, /is registered on subnet 74 as UID \d+/)
      assert.include(stdout, '"healthy":true')
      assert.include(stdout, "gittensor_voting 1")
      assert.match(stdout, /^warning axon .*127\.0\.0\.1/m)
      assert.match(stdout, /against ben, UID \d+/)
      assert.match(stdout, /^match 1 of UID \d+ and UID \d+: won by UID \d+ with #57/m)
      assert.match(stdout, /won by pull request #57/)
      assert.match(stdout, /the end\n$/)
      assert.isTrue(existsSync(join(home, "validator/journal.sqlite")))
    })
  )
})

/**
 * Stand-ins for an administrator's programs that this test does not run: each runs its command, accepts it without effect, or writes the settings.
 */
const STAND_INS = {
  sudo: 'exec "$@"',
  systemctl: 'echo "$*" >> "$HOME/systemctl.log"',
  editor: 'printf "GITTENSOR_ENDPOINT=ws://127.0.0.1:9\\nGITTENSOR_AXON_IP=203.0.113.7\\n" > "$1"'
}

/** Runs bash as root in a mount namespace: the folders that an installation writes are empty, and everything else is read-only. */
const machine = (place: string) => {
  const own = { "/etc": "etc", "/usr/lib/sysusers.d": "sysusers", "/usr/local/bin": "programs", "/var/lib": "state", "/root": "home" }
  for (const name of [...Object.values(own), "etc/systemd/system"]) mkdirSync(join(place, name), { recursive: true })
  writeFileSync(join(place, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")
  writeFileSync(join(place, "etc/group"), "root:x:0:\n")
  const stands = join(place, "stands")
  mkdirSync(stands)
  for (const [name, does] of Object.entries(STAND_INS)) writeFileSync(join(stands, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 })
  const binds = Object.entries(own).flatMap(([path, name]) => ["--bind", join(place, name), path])
  return (script: string, folder: string) =>
    spawnSync(
      "bwrap",
      [
        ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-net", "--unshare-pid", "--die-with-parent", ...binds],
        ...["--bind", folder, folder, "--chdir", folder, "--clearenv", "--setenv", "HOME", "/root"],
        ...[
          "--setenv",
          "PATH",
          `${stands}:/usr/local/bin:/usr/local/sbin:/usr/bin:/bin:/usr/sbin:/sbin`,
          "bash",
          "-c",
          `set -euo pipefail\n${script}`
        ]
      ],
      { encoding: "utf8" }
    )
}
const hasMachine =
  process.getuid?.() === 0 &&
  Bun.which("systemd-sysusers") !== null &&
  spawnSync("bwrap", ["--ro-bind", "/", "/", "--unshare-net", "true"], { stdio: "ignore" }).status === 0

describe("docs/validator.md, on a machine of its own", () => {
  it.scoped.skipIf(!hasMachine)("installs the program and the service, as it is written; what systemd and the chain do is left out", () =>
    Effect.gen(function* () {
      const [place, work] = [yield* folder, yield* folder]
      const name = "gittensor-0.1.0-linux-x64"
      cpSync(join(root, "deploy"), join(work, name, "deploy"), { recursive: true })
      cpSync(join(programIn(yield* folder), "gittensor"), join(work, name, "gittensor"))
      pack(join(work, name))
      spawnSync("rm", ["-r", join(work, name)])
      const run = machine(place)
      const done = (script: string, at = work) => {
        const { status, stdout, stderr } = run(script, at)
        assert.strictEqual(status, 0, `${stdout}\n${stderr}`)
        return stdout
      }
      assert.match(done(linesOf("install")), /\d+\.\d+\.\d+/)
      done("gittensor wallet create --no-password --json > created.json && cp -r /root/.bittensor/wallets/default/hotkeys .")
      const unpacked = join(work, name)
      cpSync(join(work, "hotkeys"), join(unpacked, "hotkeys"), { recursive: true })
      done(linesOf("service"), unpacked)
      const shown = "stat -c '%a %U %G' /etc/gittensor /etc/gittensor/validator.env /var/lib/gittensor"
      const hotkeys = "stat -c '%a %U %G' /var/lib/gittensor/wallets/default/hotkeys/*"
      assert.deepStrictEqual(done(`${shown}; ${hotkeys}`).trim().split("\n"), [
        "750 root gittensor",
        "600 root root",
        "700 gittensor gittensor",
        "600 gittensor gittensor",
        "600 gittensor gittensor"
      ])
      assert.include(done("cat /etc/systemd/system/gittensor-validator.service"), "ExecStart=")
      // The commands that check the configuration, without a chain: all other checks succeed.
      const checking = linesOf("start").split("\n").slice(0, 2).join("\n")
      assert.include(checking, "gittensor doctor --role validator")
      const { status, stdout } = run(checking, work)
      assert.strictEqual(status, 1, stdout)
      assert.match(stdout, /^silent {2}endpoint /m)
      assert.match(stdout, /^ok {6}wallet /m)
      assert.match(stdout, /^ok {6}disk /m)
      assert.deepStrictEqual(readFileSync(join(place, "home/systemctl.log"), "utf8"), "daemon-reload\n")
    })
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
      // The archive is the same at any time and for any packer.
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
