/** The parts of an ink! 5 `.contract` file that the client is generated from. */
import { Schema } from "effect"

const Docs = Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] })

const Field = Schema.Struct({ name: Schema.optional(Schema.String), type: Schema.Int, docs: Docs })
export type Field = typeof Field.Type

const Fields = Schema.optionalWith(Schema.Array(Field), { default: () => [] })

const Variant = Schema.Struct({ name: Schema.String, index: Schema.Int, fields: Fields, docs: Docs })
export type Variant = typeof Variant.Type

const Definition = Schema.Union(
  Schema.Struct({ composite: Schema.Struct({ fields: Fields }) }),
  Schema.Struct({ variant: Schema.Struct({ variants: Schema.optionalWith(Schema.Array(Variant), { default: () => [] }) }) }),
  Schema.Struct({ sequence: Schema.Struct({ type: Schema.Int }) }),
  Schema.Struct({ array: Schema.Struct({ len: Schema.Int, type: Schema.Int }) }),
  Schema.Struct({ tuple: Schema.Array(Schema.Int) }),
  Schema.Struct({ primitive: Schema.String })
)

const Parameter = Schema.Struct({ name: Schema.String, type: Schema.optional(Schema.NullOr(Schema.Int)) })

const Type = Schema.Struct({
  id: Schema.Int,
  type: Schema.Struct({
    path: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
    params: Schema.optionalWith(Schema.Array(Parameter), { default: () => [] }),
    def: Definition,
    docs: Docs
  })
})
export type Type = typeof Type.Type

const TypeReference = Schema.Struct({ type: Schema.Int })

const Argument = Schema.Struct({ label: Schema.String, type: TypeReference, docs: Docs })
export type Argument = typeof Argument.Type

const Callable = { label: Schema.String, args: Schema.Array(Argument), docs: Docs, returnType: TypeReference }
const Constructor = Schema.Struct(Callable)
const Message = Schema.Struct({ ...Callable, mutates: Schema.Boolean })
export type Message = typeof Message.Type

const Event = Schema.Struct({ label: Schema.String, args: Schema.Array(Argument), docs: Docs, signature_topic: Schema.String })
export type Event = typeof Event.Type

/** A storage field with cells of its own has a key of its own; all others share the root cell's key. */
const Root = Schema.Struct({ root_key: Schema.String, ty: Schema.Int })
const StoredField = Schema.Struct({ name: Schema.String, layout: Schema.Struct({ root: Schema.optional(Root) }) })
const Storage = Schema.Struct({
  root: Schema.Struct({
    root_key: Schema.String,
    ty: Schema.Int,
    layout: Schema.Struct({ struct: Schema.Struct({ fields: Schema.Array(StoredField) }) })
  })
})

export const Artifact = Schema.Struct({
  source: Schema.Struct({ hash: Schema.String }),
  contract: Schema.Struct({ version: Schema.String }),
  types: Schema.Array(Type),
  storage: Storage,
  spec: Schema.Struct({ constructors: Schema.Array(Constructor), messages: Schema.Array(Message), events: Schema.Array(Event) })
})
export type Artifact = typeof Artifact.Type
