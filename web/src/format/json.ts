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
