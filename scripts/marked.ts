/** Generated parts of a document, between two marks: `<!-- NAME: written by npm run generate -->` (or another command) and `<!-- end of NAME -->`. */

/** The document with `content` as its part `name`; throws if the document has no such part. */
export const withPart = (text: string, name: string, content: string, command = "npm run generate"): string => {
  const [begin, end] = [`<!-- ${name}: written by ${command} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document lacks its marks ${begin} and ${end}`)
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`
}
