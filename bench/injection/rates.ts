/** How many texts of each half of the corpora are found. */
import { findInjection } from "../../src/quality/rules/injection/findInjection.ts"
import { type CorpusText, type Halves, harmless, hostile } from "./corpus.ts"

const found = (texts: ReadonlyArray<CorpusText>) => ({
  texts: texts.length,
  found: texts.filter(({ text }) => findInjection(text) !== undefined).length
})

const ofHalves = ({ adjusted, heldOut }: Halves) => ({
  languages: new Set([...adjusted, ...heldOut].map(({ language }) => language)).size,
  adjusted: found(adjusted),
  heldOut: found(heldOut)
})

export const rates = () => ({ hostile: ofHalves(hostile), harmless: ofHalves(harmless) })
