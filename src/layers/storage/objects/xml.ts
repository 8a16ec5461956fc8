/** Reads a bucket's XML answers. */
import { SaxesParser } from "saxes"

/** Replaces a text's character references, named or numeric. Anything else stays as it is. */
const withCharacters = (text: string): string => {
  if (!text.includes("&")) return text
  const parts: Array<string> = []
  const parser = new SaxesParser<{ xmlns: false; fragment: true; position: false }>({ xmlns: false, fragment: true, position: false })
  parser.on("error", () => undefined)
  parser.on("text", (part) => parts.push(part))
  parser.write(text).close()
  return parts.join("")
}

/** The text of the first element of a name that contains only text. */
export const elementIn = (text: string, name: string): string | undefined => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
  return found === undefined ? undefined : withCharacters(found)
}
