/** Finds the API's lists: endpoints that return pages of items. */
import * as HttpApi from "@effect/platform/HttpApi"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import { Option, Schema, SchemaAST } from "effect"

/** Path to a field of an item, such as `at` and `block`. */
export type Field = ReadonlyArray<string>

export interface List {
  readonly name: string
  /** The endpoint's path, with `:name` for a parameter. */
  readonly path: string
  /** The fields of an item. Only records are descended into: an array, or a value of variable shape, is one field. */
  readonly fields: ReadonlyArray<Field>
}

const propertiesOf = (ast: SchemaAST.AST): ReadonlyMap<PropertyKey, SchemaAST.AST> =>
  new Map(SchemaAST.isTypeLiteral(ast) ? ast.propertySignatures.map(({ name, type }) => [name, type]) : [])

/** Removes `null` (unknown value) from a schema. */
const presentIn = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (!SchemaAST.isUnion(ast)) return ast
  const [only, ...others] = ast.types.filter((type) => !(SchemaAST.isLiteral(type) && type.literal === null))
  return only !== undefined && others.length === 0 ? only : ast
}

const fieldsOf = (ast: SchemaAST.AST): ReadonlyArray<Field> => {
  const properties = propertiesOf(presentIn(ast))
  return properties.size === 0
    ? [[]]
    : [...properties].flatMap(([name, type]) => fieldsOf(type).map((rest): Field => [String(name), ...rest]))
}

/** The schema of a page's items, if this is the schema of a page. */
const itemsOf = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const properties = propertiesOf(ast)
  const items = properties.get("items")
  if (!properties.has("next") || items === undefined || !SchemaAST.isTupleType(items)) return undefined
  return items.rest[0]?.type
}

/** The lists of an API, with their items' fields in JSON. */
export const listsOf = <Id extends string, Groups extends HttpApiGroup.HttpApiGroup.Any, E, R>(
  api: HttpApi.HttpApi<Id, Groups, E, R>
): ReadonlyArray<List> => {
  const lists: Array<List> = []
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint: { name, path }, successes }) => {
      const answer = Option.fromNullable(successes.get(200)).pipe(Option.flatMap(({ ast }) => ast))
      const items = Option.isSome(answer) ? itemsOf(Schema.encodedSchema(Schema.make(answer.value)).ast) : undefined
      if (items !== undefined) lists.push({ name, path, fields: fieldsOf(items) })
    }
  })
  return lists
}
