import { defineConfig } from "vite";

// Scripts with fixed names: the server puts a hash in front of them. Nothing is loaded from elsewhere.
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { page: "src/page.ts", map: "src/map/index.ts", batch: "src/batch.ts", test: "src/test.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunk-[name].js",
        // The one style sheet is the map's, whichever chunk the bundler puts it in.
        assetFileNames: ({ names }) => (names[0]?.endsWith(".css") ? "map.css" : "[name][extname]"),
      },
    },
  },
});
