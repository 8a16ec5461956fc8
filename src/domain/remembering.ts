/** Remembers the values of up to `most` texts. `make` must give the same for a text each time: when there are more texts, all are forgotten. */
export const remembering = <A>(most: number): ((text: string, make: () => A) => A) => {
  const known = new Map<string, A>()
  return (text, make) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size >= most) known.clear()
    const made = make()
    known.set(text, made)
    return made
  }
}
