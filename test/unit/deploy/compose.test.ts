/** The compose file has only fields that are meant, starts commands that the program has, and finds its files and settings. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { parse } from "yaml"
import { index } from "../../../src/cli/index/command.ts"
import { serve } from "../../../src/cli/serve/command.ts"
import { validate } from "../../../src/cli/validate/command.ts"

const root = join(import.meta.dirname, "../../..")
const folder = join(root, "deploy/compose")
const document = readFileSync(join(root, "docs/operate.md"), "utf8")

const Texts = Schema.Array(Schema.String)
/** The fields that these services use, of those of the Compose Specification. */
const Service = Schema.extend(
  Schema.Struct({
    image: Schema.String,
    profiles: Texts,
    restart: Schema.Literal("unless-stopped"),
    env_file: Schema.String,
    mem_limit: Schema.String,
    stop_grace_period: Schema.String,
    logging: Schema.Struct({ driver: Schema.Literal("local") }),
    volumes: Texts
  }),
  Schema.partial(
    Schema.Struct({
      command: Texts,
      environment: Schema.Record({ key: Schema.String, value: Schema.String }),
      ports: Texts,
      read_only: Schema.Literal(true),
      tmpfs: Texts,
      cap_drop: Texts,
      security_opt: Texts,
      ulimits: Schema.Record({ key: Schema.String, value: Schema.Int }),
      shm_size: Schema.String,
      healthcheck: Schema.Struct({ test: Texts, interval: Schema.String })
    })
  )
)
const Compose = Schema.Struct({
  name: Schema.Literal("gittensor"),
  "x-program": Schema.Unknown,
  services: Schema.Record({ key: Schema.String, value: Service }),
  volumes: Schema.Record({ key: Schema.String, value: Schema.Null })
})
const { services, volumes } = Schema.decodeUnknownSync(Compose, { onExcessProperty: "error" })(
  parse(readFileSync(join(folder, "compose.yaml"), "utf8"), { merge: true })
)

const commands = {
  validate: Command.getHelp(validate, CliConfig.defaultConfig),
  index: Command.getHelp(index, CliConfig.defaultConfig),
  serve: Command.getHelp(serve, CliConfig.defaultConfig)
}
const own = Object.entries(services).filter(([name]) => name !== "postgres")

describe("the compose file", () => {
  it("starts the program's own commands, without privileges", () => {
    assert.deepStrictEqual(Object.keys(services), ["validator", "index", "serve", "postgres"])
    for (const [name, service] of own) {
      const [command = "", ...words] = service.command ?? []
      assert.property(commands, command)
      const help = HelpDoc.toAnsiText(commands[command as keyof typeof commands])
      for (const word of words.filter((one) => one.startsWith("--"))) assert.include(help, word)
      assert.include(service.security_opt ?? [], "no-new-privileges:true", name)
      assert.deepStrictEqual([service.read_only, service.cap_drop], [true, ["ALL"]], name)
      for (const variable of Object.keys(service.environment ?? {}))
        assert.include(help, `--${variable.replace("GITTENSOR_", "").toLowerCase().replaceAll("_", "-")}`)
    }
  })

  it("finds its files: one of settings for each service, made as the document says", () => {
    assert.include(document, `for role in ${own.map(([name]) => name).join(" ")}; do`)
    for (const [name, { env_file: file, volumes: mounted }] of Object.entries(services)) {
      if (name === "postgres") assert.include(document, `> ${file}`)
      else assert.isTrue(existsSync(join(root, "deploy/systemd", `${file}.example`)), file)
      for (const source of mounted.map((one) => one.split(":")[0] ?? ""))
        if (source.startsWith("../")) assert.isTrue(existsSync(join(folder, source)), source)
        else if (source.startsWith("./")) assert.include(document, source.slice(2))
        else assert.property(volumes, source)
    }
    const roles = readFileSync(join(root, "deploy/kubernetes/base/dashboard/roles.sh"), "utf8")
    for (const [, name = ""] of roles.matchAll(/\$(\w+_PASSWORD)/g)) assert.include(document, `${name}=`)
  })

  it("shows nothing to the network but the axon", () => {
    assert.deepStrictEqual(
      Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`)),
      ["validator 8091:8091", "serve 127.0.0.1:8080:8080"]
    )
  })

  it("runs the same Postgres as the manifests, by its digest", () => {
    const manifest = readFileSync(join(root, "deploy/kubernetes/base/dashboard/postgres.yaml"), "utf8")
    assert.include(manifest, `image: ${services.postgres?.image}\n`)
  })
})
