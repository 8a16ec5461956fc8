/** The words of an issue that it is found by: repository, number and title. One expression for the index and for who searches. */
export const issueWords = (prefix = ""): string =>
  `to_tsvector('simple', translate(${prefix}repository || ' ' || ${prefix}number::text || ' ' || coalesce(${prefix}title, ''), '/-_.#', '     '))`
