/** Checks the Containerfile with its own parser. Nothing is built here. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type Copy, DockerfileParser, type From, type JSONInstruction } from "dockerfile-ast"

const root = join(import.meta.dirname, "../../..")
const file = DockerfileParser.parse(readFileSync(join(root, "deploy/container/Dockerfile"), "utf8"))
const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n")

const KNOWN = new Set("ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM RUN STOPSIGNAL USER VOLUME WORKDIR".split(" "))
const instructions = file.getInstructions()
const last = instructions.slice(instructions.findLastIndex((one) => one.getKeyword() === "FROM"))
const argumentsOf = (keyword: string) => last.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent() ?? "")

describe("the container file", () => {
  it("has only known instructions, none of them empty", () => {
    assert.isAbove(instructions.length, 12)
    for (const one of instructions) {
      assert.isTrue(KNOWN.has(one.getKeyword()), one.getKeyword())
      assert.isNotEmpty(one.getArgumentsContent() ?? "", one.getKeyword())
    }
  })

  it("builds on images of a named version and digest, and copies only existing files", () => {
    const stages = file.getFROMs()
    for (const stage of stages) {
      assert.isNotNull((stage as From).getImageTag())
      assert.notStrictEqual((stage as From).getImageTag(), "latest")
      assert.match((stage as From).getImageDigest() ?? "", /^sha256:[0-9a-f]{64}$/)
    }
    const names = stages.flatMap((stage) => stage.getBuildStage() ?? [])
    for (const copy of file.getCOPYs()) {
      const from = (copy as Copy).getFromFlag()?.getValue()
      if (from !== undefined && from !== null) assert.include(names, from)
      else
        for (const source of copy
          .getArguments()
          .slice(0, -1)
          .map((one) => one.getValue())) {
          assert.isTrue(existsSync(join(root, source)), source)
          assert.notInclude(ignored, source)
        }
    }
    assert.includeMembers(ignored, ["node_modules", "dist", ".git"])
  })

  it("runs as an unprivileged user, and receives signals directly", () => {
    assert.match(argumentsOf("USER").at(-1) ?? "", /^[1-9]\d*:[1-9]\d*$/)
    for (const keyword of ["ENTRYPOINT", "CMD"]) {
      const [one] = last.filter((instruction) => instruction.getKeyword() === keyword)
      assert.isNotEmpty((one as JSONInstruction).getJSONStrings(), `${keyword} in the form of JSON: a shell would keep the signals`)
    }
    assert.strictEqual(argumentsOf("ENTRYPOINT")[0], '["/usr/bin/tini", "--", "/usr/local/bin/gittensor"]', "an init reaps orphans")
    // The public ports by default.
    assert.deepStrictEqual(argumentsOf("EXPOSE")[0]?.split(" "), ["8091/tcp", "8080/tcp"])
    assert.notMatch(last.map((one) => one.getArgumentsContent() ?? "").join("\n"), /TOKEN|PASSWORD|SECRET/)
  })
})
