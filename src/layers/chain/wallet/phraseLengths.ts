/** The numbers of words that a phrase may have. */
export const PHRASE_LENGTHS = [12, 15, 18, 21, 24] as const
export type PhraseLength = (typeof PHRASE_LENGTHS)[number]
