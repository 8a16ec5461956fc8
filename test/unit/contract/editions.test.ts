/** What each edition of the contract preserves of the preceding one (docs/protocol.md), by their metadata. */
import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { Artifact, type Field, type Type } from "../../../scripts/contract-client/metadata.ts"
import { editionNote } from "../../../src/contract-client/edition.ts"
import { CODE_HASH } from "../../../src/contract-client/generated.ts"
import { lastReleased, next, present } from "../../support/contract/editions.ts"

const EDITION = 4

const decode = Schema.decodeUnknownSync(Schema.parseJson(Artifact))

/** Everything of an edition that a later one removed or changed, in words. */
const broken = (before: Artifact, after: Artifact): ReadonlyArray<string> => {
  const typesOf = ({ types }: Artifact) => new Map(types.map(({ id, type }) => [id, type]))
  const [old, young] = [typesOf(before), typesOf(after)]
  /** Pairs of types that have been or are being compared. */
  const seen = new Set<string>()
  const fields = (one: ReadonlyArray<Field>, other: ReadonlyArray<Field>): boolean =>
    one.length === other.length && one.every(({ name, type }, index) => name === other[index]?.name && fits(type, other[index]?.type))

  const fits = (one: number, other: number | undefined): boolean => {
    const [a, b] = [old.get(one), young.get(other ?? -1)]
    if (a === undefined || b === undefined) return false
    const pair = `${one} ${other}`
    if (seen.has(pair)) return true
    seen.add(pair)
    return sameForm(a, b)
  }

  const sameForm = ({ def: a }: Type["type"], { def: b }: Type["type"]): boolean => {
    if ("composite" in a) return "composite" in b && fields(a.composite.fields, b.composite.fields)
    if ("variant" in a)
      return (
        "variant" in b &&
        a.variant.variants.every((one) =>
          b.variant.variants.some((other) => other.index === one.index && other.name === one.name && fields(one.fields, other.fields))
        )
      )
    if ("sequence" in a) return "sequence" in b && fits(a.sequence.type, b.sequence.type)
    if ("array" in a) return "array" in b && a.array.len === b.array.len && fits(a.array.type, b.array.type)
    if ("tuple" in a) return "tuple" in b && a.tuple.length === b.tuple.length && a.tuple.every((item, index) => fits(item, b.tuple[index]))
    return "primitive" in b && a.primitive === b.primitive
  }

  type Storage = Artifact["storage"]["root"]
  const cellsOf = ({ layout }: Storage) =>
    layout.struct.fields.flatMap(({ layout: { root }, name }) => (root === undefined ? [] : [{ name, ...root }]))
  const inRoot = ({ layout, ty }: Storage, types: ReadonlyMap<number, Type["type"]>) => {
    const def = types.get(ty)?.def
    const shared = new Set(layout.struct.fields.flatMap(({ layout: { root }, name }) => (root === undefined ? [name] : [])))
    return def !== undefined && "composite" in def ? def.composite.fields.filter(({ name }) => shared.has(name ?? "")) : []
  }
  const cells = cellsOf(after.storage.root)
  return [
    ...(fields(inRoot(before.storage.root, old), inRoot(after.storage.root, young)) ? [] : ["the root cell"]),
    ...cellsOf(before.storage.root).flatMap(({ name, root_key, ty }) =>
      cells.some((cell) => cell.root_key === root_key && fits(ty, cell.ty)) ? [] : [`the cell ${name}`]
    ),
    ...before.spec.messages.flatMap(({ args, label, returnType }) => {
      const found = after.spec.messages.find((message) => message.label === label)
      return found !== undefined &&
        found.args.length === args.length &&
        args.every(({ type }, index) => fits(type.type, found.args[index]?.type.type)) &&
        fits(returnType.type, found.returnType.type)
        ? []
        : [`the message ${label}`]
    }),
    ...before.spec.events.flatMap(({ args, label, signature_topic }) => {
      const found = after.spec.events.find((event) => event.signature_topic === signature_topic && event.label === label)
      return found !== undefined &&
        args.every((one, index) => one.label === found.args[index]?.label && fits(one.type.type, found.args[index]?.type.type))
        ? []
        : [`the event ${label}`]
    })
  ]
}

describe("an edition of the contract", () => {
  it("keeps the cells, messages and events of the one before: the made-up next one", () => {
    assert.deepStrictEqual(broken(decode(present.text), decode(next.text)), [])
  })

  it.skipIf(Option.isNone(lastReleased))("keeps the cells, messages and events of the one before: today's, what was released last", () => {
    // Since the chain's release 453 nobody could fetch anything by the first. What the others answered, the cells do.
    const gone =
      "collect_tao owner offer paused issue issues issue_by_reference competition competitions competitions_of ballot_pair ballot_outcome payee announced collateral counts"
    assert.sameMembers(
      [...broken(decode(Option.getOrThrow(lastReleased).text), decode(present.text))],
      gone.split(" ").map((name) => `the message ${name}`)
    )
  })

  it("would be found out if it kept them not: without what the next one adds", () => {
    const lost = broken(decode(next.text), decode(present.text))
    assert.includeMembers([...lost], ["the cell made_up", "the message made_up", "the event BountyFunded"])
  })

  it("is named where it is not the program's, with what to do", () => {
    assert.isNull(editionNote(CODE_HASH, EDITION))
    assert.include(editionNote("0x12", EDITION + 1), `install the gittensor version that was released for edition ${EDITION + 1}`)
    assert.include(editionNote("0x12", EDITION), "other code of edition 4")
    for (const unknown of [undefined, 2]) assert.include(editionNote("0x12", unknown), "does not know")
  })
})
