/** Items by what has them: `Pallet.kind: name name …`, or `Api: method …`. */
export const named = (text: string): ReadonlyArray<string> =>
  text
    .trim()
    .split(/\s+(?=[\w.]+:)/)
    .flatMap((group) => {
      const [of = "", ...names] = group.split(/:?\s+/)
      return names.map((name) => `${of}.${name}`)
    })
