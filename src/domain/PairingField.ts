/**
 * The field of an issue: the miners from whom its pair can be drawn in a round. The validators, the index's queries and the simulation share this
 * rule (docs/reference/validator.md, “Who is paired”).
 */

/** The bounds of the smallest field that gives a pair, and the growth between them: `miners` for each `each` eligible miners. */
export const FIELD_NEEDED = { least: 2, most: 12, miners: 3, each: 64 }

/**
 * The smallest field from which a pair is drawn, if so many eligible miners are enrolled on the round's Open issues: 3 for each 64 of them, at least
 * 2 and at most 12.
 */
export const fieldNeededFor = (eligible: number): number =>
  Math.min(FIELD_NEEDED.most, Math.max(FIELD_NEEDED.least, Math.ceil((eligible * FIELD_NEEDED.miners) / FIELD_NEEDED.each)))

/**
 * How many of a field are drawn: its better half, at least two, but nobody with more running competitions than the first.
 * @param fewest how many of the field have as few running competitions as the first
 */
export const drawnOf = (size: number, fewest: number): number => Math.min(fewest, Math.max(2, Math.ceil(size / 2)))
