/** Files that are embedded in the executable: importing them gives their path. */
declare module "*.jsonl" {
  const path: string
  export default path
}

declare module "*.wasm" {
  const path: string
  export default path
}

declare module "*.zst" {
  const path: string
  export default path
}

declare module "*.ttf" {
  const path: string
  export default path
}
