import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

/** Where `gittensor serve` answers while the page is worked on (npm run web -- --dev). */
const api = process.env.GITTENSOR_API ?? "http://127.0.0.1:8080"

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Scripts find each other wherever the page lies, as in a bucket. index.html is served at the paths of all views.
  base: "./",
  experimental: { renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `/${file}` : { relative: true }) },
  build: {
    target: "es2023",
    outDir: "dist",
    emptyOutDir: true,
    // The server's policy allows no inline data beside images, and small files travel well over one connection.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // Many small files compress badly, and each is asked for by itself: what several views share is one file, and the book another.
        manualChunks: (id) =>
          /\/book\/|\.book\.tsx$/.test(id)
            ? "book"
            : /vite\/preload-helper|\/web\/src\/(?!pages|exported|book)\w+\//.test(id)
              ? "parts"
              : undefined
      }
    }
  },
  server: { port: 5173, proxy: Object.fromEntries(["/v1", "/health", "/openapi.json", "/docs"].map((path) => [path, api])) }
})
