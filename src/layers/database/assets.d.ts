declare module "@electric-sql/pglite/pglite.wasm" {
  /** Where the file is, also inside a compiled executable. */
  const path: string
  export default path
}
declare module "@electric-sql/pglite/initdb.wasm" {
  const path: string
  export default path
}
declare module "@electric-sql/pglite/pglite.data" {
  const path: string
  export default path
}
declare module "*/dist/database.tar.gz" {
  const path: string
  export default path
}
