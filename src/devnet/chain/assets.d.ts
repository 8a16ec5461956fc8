declare module "*.wasm.gz" {
  /** Where the file is, also inside a compiled executable. */
  const path: string
  export default path
}
