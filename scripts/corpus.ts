/**
 * The corpus of real files on which scores are compared with today's program (test/support/scoring/corpus).
 *
 *   node scripts/run.mjs scripts/corpus.ts            fetches it, has Python compute every value, and compares with the committed ones
 *   node scripts/run.mjs scripts/corpus.ts --choose   chooses new pairs from packages.json, and writes their values
 *
 * With GITTENSOR_TEST_CORPUS=true, test/unit/scoring/corpus.test.ts compares our values with the committed ones. Needs python3 with pip, and the registries' clients.
 * Archives that cannot be fetched are named, and their pairs are skipped.
 */
import { grammars } from "../src/layers/parsing/grammars.ts"
import { choose, chooseSubset, ownPairs } from "../test/support/scoring/corpus/choose.ts"
import * as Corpus from "../test/support/scoring/corpus/corpus.ts"
import { fetched, folderOf } from "../test/support/scoring/corpus/fetch.ts"
import { peerPackages } from "../test/support/scoring/peer/packages.ts"
import { peerValues } from "../test/support/scoring/peer/values.ts"

const PROCESSES = 2
/** The least share of pairs that must be available: packages leave their registries, and a registry may be out of reach. */
const LEAST = 0.5

const chooseAnew = async () => {
  const all = await Promise.all(
    Corpus.packages().map(async (one) => {
      const versions: Record<string, string> = {}
      for (const version of Object.keys(one.versions)) {
        const archive = { registry: one.registry, name: one.name, version }
        versions[version] = await fetched(archive, folderOf(archive))
      }
      return { ...one, versions }
    })
  )
  Corpus.writePackages(all)
  const python = await peerPackages()
  const valued = async <A extends Corpus.Texts>(pairs: ReadonlyArray<A>) => {
    const values = await peerValues(python, pairs, PROCESSES)
    return pairs.flatMap((pair, index) => (values[index] === undefined ? [] : [{ ...pair, ...values[index] }]))
  }
  const found = await valued(choose(Object.keys(grammars).sort(), all))
  Corpus.writePairs(found)
  const own = await valued(ownPairs())
  Corpus.writeSubset(chooseSubset(found, own, all))
  for (const [grammar, some] of Corpus.byGrammar(found))
    console.log(
      [
        grammar,
        `${some.length} pairs`,
        `${new Set(some.flatMap(({ base, head }) => [base.join(), head.join()])).size} files`,
        `${some.filter(({ base, head }) => base[0] !== head[0]).length} of two versions`,
        `${some.filter(({ broken }) => !broken[0] && !broken[1]).length} sound`
      ].join(", ")
    )
}

const check = async () => {
  const started = performance.now()
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`
  const failed = await Corpus.fetchAll()
  for (const [archive, reason] of failed) console.log(`left out: ${archive}: ${reason}`)
  console.log(`fetched after ${seconds()}`)
  const all = Corpus.pairs()
  const there = Corpus.present(all)
  const values = await peerValues(await peerPackages(), there, PROCESSES)
  const others = there.filter(({ values: wanted, broken }, index) => !Bun.deepEquals(values[index], { values: wanted, broken }))
  for (const { grammar, base, head } of others)
    console.error(`${grammar}: Python has other values for ${base.join(" ")} and ${head.join(" ")}`)
  console.log(`${there.length} of ${all.length} pairs have the committed values in Python, but for ${others.length}; after ${seconds()}`)
  if (others.length > 0 || there.length < LEAST * all.length) process.exitCode = 1
}

await (process.argv.includes("--choose") ? chooseAnew() : check())
