/** The searchable words of an issue: repository, number and title. The index and the search must use the same expression. */
export const issueWords = (prefix = ""): string =>
  `to_tsvector('simple', translate(${prefix}repository || ' ' || ${prefix}number::text || ' ' || coalesce(${prefix}title, ''), '/-_.#', '     '))`
