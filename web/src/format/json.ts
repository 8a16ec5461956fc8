/** Reads parts of recorded JSON. A missing part or one of another type is undefined. */

const partOf = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? Object.entries(inner).find(([key]) => key === name)?.[1] : undefined),
    value
  )

export const textIn = (value: unknown, ...path: ReadonlyArray<string>): string | undefined => {
  const found = partOf(value, ...path)
  return typeof found === "string" ? found : undefined
}

export const numberIn = (value: unknown, ...path: ReadonlyArray<string>): number | undefined => {
  const found = partOf(value, ...path)
  return typeof found === "number" ? found : undefined
}

export const listIn = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const found = partOf(value, ...path)
  return Array.isArray(found) ? found : []
}

/** Whether this part is true. */
export const isIn = (value: unknown, ...path: ReadonlyArray<string>): boolean => partOf(value, ...path) === true

/** Recorded JSON as readers see it: of a tagged value the tag alone, or as `type` beside its fields. */
export const shownJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, part: unknown) => {
      if (typeof part !== "object" || part === null || !("_tag" in part)) return part
      const { _tag: type, ...fields } = part
      return Object.keys(fields).length === 0 ? type : { type, ...fields }
    },
    2
  )
