import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import * as fc from "fast-check"
import * as IssueRef from "../../../src/domain/IssueRef.ts"

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"]
const word = (characters: ReadonlyArray<string>, maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: 0, maxLength }).map((all) => all.join(""))
const owner = fc.tuple(fc.constantFrom(...letters, "-"), word([...letters, "-", "_"], 38)).map(([first, rest]) => first + rest)
const name = fc.tuple(word([...letters, ".", "_", "-"], 60), fc.constantFrom(...letters)).map(([rest, last]) => rest + last)
const number = fc.integer({ min: 1, max: 2_147_483_647 })

describe("an issue in any usual notation", () => {
  it.effect.each([
    "Acme/widgets#42",
    " https://github.com/acme/Widgets/issues/42 ",
    "https://github.com/acme/widgets/issues/42/",
    "https://github.com/acme/widgets/issues/42///",
    "http://github.com/acme/widgets/issues/42",
    "https://www.github.com/acme/widgets/issues/42",
    "github.com/acme/widgets/issues/42",
    "HTTPS://GitHub.com/acme/widgets/issues/42",
    "https://github.com/acme/widgets/issues/42#issuecomment-7",
    "https://github.com/acme/widgets/issues/42?notification=1",
    "https://github.com/acme/widgets#42",
    "acme/widgets/issues/42"
  ])("reads %j", (input) => Effect.map(IssueRef.parse(input), (ref) => assert.strictEqual(ref.key, "acme/widgets#42")))

  it.effect.each([
    "",
    "acme",
    "#42",
    "acme/widgets",
    "acme/widgets#0",
    "acme/widgets#-1",
    "acme/widgets#x",
    "acme/widgets#4294967296",
    "a.b/b#1",
    "/b#1",
    "acme/..#1",
    "acme/wid gets#1",
    "a/b/c#1",
    "https://gitlab.com/acme/widgets/issues/42",
    "https://github.com/acme/widgets/issues/"
  ])("refuses %j by name", (input) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(IssueRef.parse(input))
      assert.strictEqual(error._tag, "InvalidIssueRef")
      assert.include(error.message, `"${input}"`)
      assert.notInclude(error.message, "pull request")
    })
  )

  it.effect.each(["-ACE-/site", "0----0/site", "mees-/site", "octo_corp/site", `${"o".repeat(40)}/site`])(
    "reads %j, whose owner could not choose that name today",
    (repository) => Effect.map(IssueRef.parse(`${repository}#1`), (ref) => assert.strictEqual(ref.repository, repository))
  )

  it.effect("is refused with an explanation if it is a pull request's address", () =>
    Effect.map(Effect.flip(IssueRef.parse("https://github.com/acme/widgets/pull/42")), (error) =>
      assert.include(error.message, "pull request")
    )
  )

  it("parses what it prints, in each notation", () => {
    fc.assert(
      fc.property(owner, name, number, fc.nat(3), (owner, name, number, slashes) => {
        const repository = `${owner}/${name}`
        const ways = [
          `${repository}#${number}`,
          `https://github.com/${repository}/issues/${number}${"/".repeat(slashes)}`,
          `http://www.github.com/${repository}/issues/${number}`
        ]
        for (const way of ways) {
          const ref = Effect.runSync(IssueRef.parse(way))
          assert.strictEqual(ref.toString(), `${repository}#${number}`)
          assert.deepStrictEqual(ref.ownerAndName, { owner, repo: name })
          assert.strictEqual(Effect.runSync(IssueRef.parse(ref.toString())).key, ref.key)
        }
      })
    )
  })

  it("never throws on any input, and is fast on hostile text", () => {
    fc.assert(fc.property(fc.string(), (input) => Exit.isExit(Effect.runSyncExit(IssueRef.parse(input)))))
    const started = process.cpuUsage()
    for (const unit of ["a/", "/", "#1", "github.com/", "a/b/issues/1/"]) Effect.runSyncExit(IssueRef.parse(unit.repeat(20_000)))
    assert.isBelow(process.cpuUsage(started).user / 1_000_000, 10)
  })
})
