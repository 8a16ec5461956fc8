/** What each refusal of the contract means, in its own words: the documentation of its variants. */
import { Option, SchemaAST } from "effect"
import { ContractError } from "./generated.ts"

const tagOf = (ast: SchemaAST.AST): string =>
  SchemaAST.getPropertySignatures(ast)
    .flatMap(({ name, type }) => (name === "_tag" && SchemaAST.isLiteral(type) ? [String(type.literal)] : []))
    .join("")

/** The sentence of each refusal, by its name. */
export const errorSentences: ReadonlyMap<string, string> = new Map(
  ContractError.members.map(({ ast }) => [tagOf(ast), Option.getOrElse(SchemaAST.getDocumentationAnnotation(ast), () => "")])
)
