/** The systemd units are valid, hardened, and start commands that the program has. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { assert, describe, it } from "@effect/vitest"
import { index } from "../../../src/cli/index/command.ts"
import { serve } from "../../../src/cli/serve/command.ts"
import { validate } from "../../../src/cli/validate/command.ts"
import { CAUSES } from "../../../src/domain/causes.ts"

/** The exit codes after which a new process would end as the last one did. */
const FINAL = Object.entries(CAUSES).flatMap(([code, { restarts }]) => (restarts ? [] : [code]))

const folder = join(import.meta.dirname, "../../../deploy/systemd")
const units = readdirSync(folder).filter((name) => name.endsWith(".service"))
const textOf = (name: string) => readFileSync(join(folder, name), "utf8")
const valuesOf = (name: string, key: string) =>
  textOf(name)
    .split("\n")
    .flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))

const hasAnalyze = spawnSync("systemd-analyze", ["--version"], { stdio: "ignore" }).status === 0
const commands = {
  validate: Command.getHelp(validate, CliConfig.defaultConfig),
  index: Command.getHelp(index, CliConfig.defaultConfig),
  serve: Command.getHelp(serve, CliConfig.defaultConfig)
}

/** A validator starts sandboxes, which need namespaces, mounts and their own /proc. */
const WITH_BOXES = 3.2

describe("the systemd units", () => {
  it("start commands with existing options", () => {
    assert.lengthOf(units, 3)
    for (const unit of units) {
      const [line = ""] = valuesOf(unit, "ExecStart")
      const [program, command = "", ...words] = line.split(" ")
      assert.strictEqual(program, "/usr/local/bin/gittensor")
      const help = command in commands ? HelpDoc.toAnsiText(commands[command as keyof typeof commands]) : ""
      for (const word of words.filter((one) => one.startsWith("--"))) assert.include(help, word)
      assert.lengthOf(valuesOf(unit, "EnvironmentFile"), 1)
      const environment = readFileSync(join(folder, `${valuesOf(unit, "EnvironmentFile")[0]?.split("/").at(-1)}.example`), "utf8")
      for (const [, name = ""] of line.matchAll(/\$\{(\w+)\}/g)) assert.include(environment, `${name}=`)
    }
  })

  it("give a validator every setting that its votes and its weights need", () => {
    const environment = readFileSync(join(folder, "validator.env.example"), "utf8")
    for (const name of ["ENDPOINT", "CONTRACT", "GITHUB_TOKEN", "ROSTER", "AXON_IP"])
      assert.match(environment, new RegExp(`^GITTENSOR_${name}=.`, "m"))
  })

  it("watch services that send keep-alives, and do not restart after errors that need a person", () => {
    for (const unit of ["gittensor-validator.service", "gittensor-index.service"]) {
      assert.deepStrictEqual(valuesOf(unit, "Type"), ["notify"])
      assert.isAtLeast(Number(valuesOf(unit, "WatchdogSec")[0]), 120)
    }
    for (const unit of units) {
      assert.deepStrictEqual(valuesOf(unit, "RestartPreventExitStatus"), [FINAL.join(" ")])
      // The program may take 10 s to shut down.
      assert.isAbove(Number(valuesOf(unit, "TimeoutStopSec")[0]), 10)
      // Its JavaScript engine generates machine code at run time.
      assert.deepStrictEqual(valuesOf(unit, "MemoryDenyWriteExecute"), [])
    }
  })

  it("are explained by documents that have the same exit codes", () => {
    const [commands, operate, validator] = ["commands.md", "operate.md", "reference/validator.md"].map((page) =>
      readFileSync(join(folder, "../../docs", page), "utf8")
    )
    for (const [code, { meaning }] of Object.entries(CAUSES)) assert.include(commands, `\n| ${code} | ${meaning} |\n`)
    assert.include(
      operate?.replaceAll("\n", " "),
      `systemd does not restart the program after [${FINAL.join(", ").replace(/, (\d+)$/, " and $1")}](commands.md#exit-codes)`
    )
    assert.include(validator, `\`RestartPreventExitStatus=${FINAL.join(" ")}\``)
  })

  it.skipIf(!hasAnalyze)("are accepted by systemd, with a low exposure score", () => {
    const temporary = mkdtempSync(join(tmpdir(), "gittensor-units-"))
    try {
      const files = units.map((name) => {
        const file = join(temporary, name)
        writeFileSync(file, textOf(name).replace("/usr/local/bin/gittensor", "/bin/true"))
        return file
      })
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...files], { encoding: "utf8" })
      assert.strictEqual(
        stderr
          .split("\n")
          .filter((line) => line.includes("gittensor-"))
          .join("\n"),
        ""
      )
      assert.strictEqual(status, 0, stderr)
      for (const [index, file] of files.entries()) {
        const said = execFileSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", file], { encoding: "utf8" })
        assert.isAtMost(
          Number(/Overall exposure level for \S+: (\d+\.\d+)/.exec(said)?.[1]),
          units[index] === "gittensor-validator.service" ? WITH_BOXES : 2
        )
      }
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  })
})
