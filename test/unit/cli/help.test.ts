/** The commands' texts in their help, in the manual page and in the shells' completions. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { groups } from "../../../executable/gittensor.ts"
import { manualFiles } from "../../../scripts/release/manual.ts"
import { DEFAULT_COMMANDS } from "../../../src/cli/program/argv.ts"
import { allHelp, commandNamed } from "../../../src/cli/program/groups.ts"
import { linesOf } from "../../../src/cli/program/help.ts"
import { root, sources } from "../../support/sources.ts"

const commands = allHelp(groups)

const helpOf = (path: string) => {
  const found = commands.find((command) => command.path === path)
  assert.isDefined(found)
  return linesOf(found)
}

describe("a command's help", () => {
  it("is ours for every group", () => {
    const texts = sources.map((file) => readFileSync(join(root, file), "utf8"))
    const made = texts.flatMap((text) => [...text.matchAll(/Command\.withSubcommands\(/g)])
    assert.lengthOf(made, groups.size, "each command with commands below it has to be among the groups of executable/gittensor.ts")
  })

  it("shows the whole command, and of each option what it is, whether it is needed, and what it is otherwise", () =>
    assert.deepStrictEqual(helpOf("gittensor owner roster show"), [
      "which roster its signer is committed to, since when, and who serves it",
      "",
      "USAGE",
      "  gittensor owner roster show [--endpoint text] [--netuid number]",
      "      [--contract address] [--json] [<source>...]",
      "",
      "ARGUMENTS",
      "  <source>...",
      "      files and mirrors (https://…) to compare with what is on the chain",
      "",
      "OPTIONS",
      "  --endpoint text",
      "      the chain's WebSocket address, ws://… or wss://…; several may be given,",
      "      separated by commas (default: wss://entrypoint-finney.opentensor.ai:443)",
      "      (also a setting)",
      "  --netuid number",
      "      the subnet's number (default: 74) (also a setting)",
      "  --contract address",
      "      the contract's address (required; also a setting)",
      "  --json",
      "      print JSON",
      "",
      "Settings may also come from the environment or from ~/.gittensor/config.json.",
      "For --log-level and other options of every command: gittensor --help"
    ]))

  it.each(Object.entries(DEFAULT_COMMANDS))("of %s shows also what it takes where no command is named: that of %s", (group, name) => {
    const { help = [] } = commandNamed(groups, "", [group, "--help"])
    const { options, arguments: args } = commands.find(({ path }) => path === `gittensor ${group} ${name}`) ?? {
      options: [],
      arguments: []
    }
    assert.isAbove(options.length, 5)
    for (const entry of [...args, ...options]) assert.include(help, `  ${entry.name}`)
    assert.include(help.join("\n"), `gittensor ${group} [`)
    assert.include(help.join("\n"), `gittensor ${group} COMMAND`)
  })

  it("says something of every argument and option, and nothing of types", () => {
    assert.include(
      commands.map(({ path }) => path),
      "gittensor mine status"
    )
    for (const { path, description, arguments: args, options } of commands) {
      assert.notStrictEqual(description, "", path)
      for (const entry of [...args, ...options]) {
        assert.notStrictEqual(entry.description, "", `${path} ${entry.name}`)
        assert.notMatch(entry.description, /user-defined|This (setting|option|argument) /, `${path} ${entry.name}`)
      }
    }
    for (const line of commands.flatMap(linesOf)) assert.isAtMost(Bun.stringWidth(line), 110, line)
  })
})

describe("a release", () => {
  it.effect("has a manual page that names every command with its options", () =>
    Effect.gen(function* () {
      const page = (yield* manualFiles("1.2.3"))["share/man/man1/gittensor.1"]?.replaceAll("\\-", "-") ?? ""
      assert.include(page, '.TH GITTENSOR 1 "" "gittensor 1.2.3"')
      for (const { path, usage, options } of commands) {
        assert.include(page, `\n.SS ${path}\n`)
        assert.include(page, `\\fB${path}\\fR ${usage.join(" ")}`)
        for (const { name } of options) assert.include(page, `\\fB${/^-\S+/.exec(name)?.[0]}`, `${path} ${name}`)
      }
      // Every line that begins with a dot is a known roff request.
      for (const [line, request] of page.matchAll(/^\.(\w*).*$/gm)) assert.include(["TH", "SH", "SS", "TP", "PP"], request, line)
    })
  )

  it.effect("has completions by which bash finds the options of every command", () =>
    Effect.gen(function* () {
      const files = yield* manualFiles("1.2.3")
      const script = files["share/bash-completion/completions/gittensor"] ?? ""
      const next = new Map(
        [...script.matchAll(/^ *([\w-]+,[\w-]+)\)\n *cmd="(\w+)"$/gm)].map(([, words = "", state = ""]) => [words, state])
      )
      for (const { path, options } of commands) {
        const state = path
          .split(" ")
          .slice(1)
          .reduce((before, word) => next.get(`${before},${word}`) ?? `${before}, where "${word}" is unknown`, "gittensor")
        const [, offered = ""] = new RegExp(`^ *${state}\\)\\n *opts="(.*)"$`, "m").exec(script) ?? []
        for (const { name } of options)
          for (const [option] of name.matchAll(/--[a-z-]+/g)) assert.include(offered.split(" "), option, state)
      }
      // How often an option may be given is not part of its name.
      assert.include(commands.find(({ path }) => path === "gittensor owner validators add")?.usage ?? [], "[--coldkey text...]")
      // `gittensor validate` alone runs the daemon.
      assert.match(script, /^ *gittensor__validate\)\n *opts="[^"]* register run [^"]*--weight-mode/m)
      assert.match(script, /^ *gittensor__mine\)\n[\s\S]*?case "\$\{prev\}" in\n *--endpoint\)/m)
      assert.match(script, /--role\)\n *COMPREPLY=\( \$\(compgen -W "validator miner owner dashboard" /)
      assert.notMatch(script, /compgen -W "[^"$]*,/)
      const fish = files["share/fish/vendor_completions.d/gittensor.fish"] ?? ""
      assert.match(fish, /-n "__fish_seen_subcommand_from validate; and not [^"]*" -l weight-mode /)
      const zsh = files["share/zsh/site-functions/_gittensor_zsh_completions"] ?? ""
      const own = (group: string) => new RegExp(`^ *\\(${group}\\)\\n([\\s\\S]*?)_gittensor__${group}_commands"`, "m").exec(zsh)?.[1] ?? ""
      assert.include(own("validate"), "'--weight-mode[")
      assert.include(own("devnet"), "'--block-time[")
      assert.notInclude(own("owner"), "'--endpoint[")
      for (const text of [zsh, fish]) assert.match(text, /[({]debug\S* ?\S*info/)
      for (const [path, text] of Object.entries(files)) {
        assert.notInclude(text, "wizard", path)
        if (path.includes("complet")) assert.notMatch(text, /\b(trace|fatal)\b/, path)
      }
      assert.match(files["share/zsh/site-functions/_gittensor_zsh_completions"] ?? "", /^#compdef gittensor\n/)
      assert.match(files["share/fish/vendor_completions.d/gittensor.fish"] ?? "", /^complete -c gittensor /)
    })
  )
})
