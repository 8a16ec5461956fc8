/**
 * The parts of answers that GitHub's own schemas allow to be absent, and a proxy in front of the stand-in that removes one. GraphQL: each nullable
 * field and each nullable list entry. REST: each property that is nullable or not required.
 */
import { Effect } from "effect"
import { type GraphQLOutputType, isListType, isNonNullType, parse, TypeInfo, visit, visitWithTypeInfo } from "graphql"
import { serve } from "../serve.ts"
import { description, graphqlSchema, isObject, type Json, resolved, within } from "./schemas.ts"

/** Property names from the answer's root; "*" is each entry of a list. */
export interface Lack {
  /** A GraphQL operation's name, or a REST path in GitHub's OpenAPI description. */
  readonly operation: string
  readonly path: ReadonlyArray<string>
  readonly how: "null" | "absent"
}

export const lackText = ({ operation, path, how }: Lack): string => `${operation}: ${path.join(".")} is ${how}`

/** The parts that a query's answer may lack. */
const lacksOfQuery = (operation: string, query: string): ReadonlyArray<Lack> => {
  const paths = new Map<string, ReadonlyArray<string>>()
  const document = parse(query)
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === "FragmentDefinition" ? [[one.name.value, one.selectionSet] as const] : []))
  )
  // Fragments are inlined, so that each field appears where the answer has it.
  const whole = visit(
    { ...document, definitions: document.definitions.filter(({ kind }) => kind === "OperationDefinition") },
    {
      FragmentSpread: (node) => {
        const selectionSet = fragments.get(node.name.value)
        const condition = document.definitions.find((one) => one.kind === "FragmentDefinition" && one.name.value === node.name.value)
        return selectionSet === undefined || condition?.kind !== "FragmentDefinition"
          ? undefined
          : { kind: "InlineFragment", typeCondition: condition.typeCondition, selectionSet }
      }
    }
  )
  const types = new TypeInfo(graphqlSchema)
  const at: Array<string> = []
  const depths: Array<number> = []
  const meet = (type: GraphQLOutputType) => {
    if (!isNonNullType(type)) paths.set(at.join("."), [...at])
    const inner = isNonNullType(type) ? type.ofType : type
    if (isListType(inner)) {
      at.push("*")
      meet(inner.ofType)
    }
  }
  visit(
    whole,
    visitWithTypeInfo(types, {
      Field: {
        enter: (node) => {
          depths.push(at.length)
          at.push(node.alias?.value ?? node.name.value)
          const type = types.getType()
          if (type !== null && type !== undefined) meet(type as GraphQLOutputType)
        },
        leave: () => {
          at.length = depths.pop() ?? 0
        }
      }
    })
  )
  return [...paths.values()].map((path) => ({ operation, path: ["data", ...path], how: "null" }))
}

const templates = Object.keys(isObject(description.paths) ? description.paths : {}).map((template) => ({
  template,
  pattern: new RegExp(
    `^${template
      .replaceAll(/[.+]/g, "\\$&")
      .replaceAll(/\{(?:basehead|ref)\}/g, ".+")
      .replaceAll(/\{\w+\}/g, "[^/]+")}$`
  )
}))

/** The described path of a request's path. GitHub also serves repositories by id, which its description omits. */
const templateOf = (path: string): string | undefined => {
  const named = path.replace(/^\/repositories\/\d+/, "/repos/o/r")
  const found = templates.filter(({ pattern }) => pattern.test(named))
  return found.toSorted((a, b) => a.template.split("{").length - b.template.split("{").length)[0]?.template
}

/** The parts that an answer of this schema may lack, among the properties that this answer has. */
const lacksOfAnswer = (operation: string, schemaNode: Json | undefined, answer: Json, path: ReadonlyArray<string>): ReadonlyArray<Lack> => {
  const node = resolved(schemaNode)
  if (node === undefined) return []
  const parts = [...[node.allOf, node.anyOf, node.oneOf].flatMap((some) => (Array.isArray(some) ? some : []))]
  const ofParts = parts.flatMap((part) => lacksOfAnswer(operation, part, answer, path))
  if (Array.isArray(answer)) {
    const [first] = answer
    return first === undefined ? ofParts : [...ofParts, ...lacksOfAnswer(operation, node.items, first, [...path, "*"])]
  }
  if (!isObject(answer) || !isObject(node.properties)) return ofParts
  const required = Array.isArray(node.required) ? node.required : []
  const own = Object.entries(node.properties).flatMap(([name, property]): ReadonlyArray<Lack> => {
    const value = answer[name]
    if (value === undefined) return []
    const inner = resolved(property)
    const at = [...path, name]
    const mayBeNull = inner?.nullable === true || (isObject(property) && property.nullable === true)
    return [
      ...(mayBeNull && value !== null ? [{ operation, path: at, how: "null" as const }] : []),
      ...(required.includes(name) ? [] : [{ operation, path: at, how: "absent" as const }]),
      ...lacksOfAnswer(operation, inner, value, at)
    ]
  })
  return [...ofParts, ...own]
}

/** The parts that a REST path's answer may lack. */
const lacksOfPath = (template: string, answer: Json): ReadonlyArray<Lack> =>
  lacksOfAnswer(
    template,
    within(resolved(within(description, "paths", template, "get", "responses", "200")), "content", "application/json", "schema"),
    answer,
    []
  )

const without = (value: Json, path: ReadonlyArray<string>, how: Lack["how"]): Json => {
  const [name, ...further] = path
  if (name === undefined) return null
  if (name === "*")
    return Array.isArray(value) ? value.map((one, index) => (further.length > 0 || index === 0 ? without(one, further, how) : one)) : value
  if (!isObject(value) || value[name] === undefined) return value
  if (further.length > 0) return { ...value, [name]: without(value[name], further, how) }
  const { [name]: _, ...rest } = value
  return how === "null" ? { ...value, [name]: null } : rest
}

/** Forwards a request to the stand-in at `url`, and replaces its URL by `own` in the answer's links. */
export const passedOn = async (request: Request, sent: string | undefined, url: string, own: string) => {
  const { pathname, search } = new URL(request.url)
  const headers = new Headers(request.headers)
  for (const name of ["host", "if-none-match", "accept-encoding"]) headers.delete(name)
  const answer = await fetch(`${url}${pathname}${search}`, {
    method: request.method,
    headers,
    redirect: "manual",
    ...(sent === undefined ? {} : { body: sent })
  })
  const kept = new Headers([...answer.headers].map(([name, value]): [string, string] => [name, value.replaceAll(url, own)]))
  for (const name of ["content-length", "etag"]) kept.delete(name)
  return { status: answer.status, headers: kept, text: (await answer.text()).replaceAll(url, own) }
}

/** A proxy in front of the stand-in that removes one part from its answers. */
export const lackingServer = (url: string) =>
  Effect.gen(function* () {
    const seen = new Map<string, ReadonlyArray<Lack>>()
    let lack: Lack | undefined
    const answerTo = async (request: Request): Promise<Response> => {
      const { origin, pathname } = new URL(request.url)
      const sent = request.method === "GET" ? undefined : await request.text()
      const { status, headers, text } = await passedOn(request, sent, url, origin)
      const query: string | undefined = pathname === "/graphql" ? JSON.parse(sent ?? "").query : undefined
      const operation = query === undefined ? templateOf(pathname) : /query (\w+)/.exec(query)?.[1]
      if (status !== 200 || operation === undefined) return new Response(text, { status, headers })
      const body: Json = JSON.parse(text)
      if (!seen.has(operation)) seen.set(operation, query === undefined ? lacksOfPath(operation, body) : lacksOfQuery(operation, query))
      const left = lack?.operation === operation ? without(body, lack.path, lack.how) : body
      return new Response(JSON.stringify(left), { status, headers })
    }
    const { url: own } = yield* serve(answerTo)
    return {
      url: own,
      /** The parts that the answers so far may lack. */
      lacks: Effect.sync(() => [...seen.values()].flat()),
      /** Removes the part from all answers from now on. */
      leaveOut: (what: Lack) =>
        Effect.sync(() => {
          lack = what
        })
    }
  })

export type LackingServer = Effect.Effect.Success<ReturnType<typeof lackingServer>>
