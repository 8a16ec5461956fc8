/** What is read of a bucket's answers, which are XML. */
import { SaxesParser } from "saxes"

/** A text with its references to characters replaced, by name or by number. What is no reference stays as it is. */
const withCharacters = (text: string): string => {
  if (!text.includes("&")) return text
  const parts: Array<string> = []
  const parser = new SaxesParser<{ xmlns: false; fragment: true; position: false }>({ xmlns: false, fragment: true, position: false })
  parser.on("error", () => undefined)
  parser.on("text", (part) => parts.push(part))
  parser.write(text).close()
  return parts.join("")
}

/** The text of the first element of a name that holds nothing but a text. */
export const elementIn = (text: string, name: string): string | undefined => {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
  return found === undefined ? undefined : withCharacters(found)
}
