import { defineConfig } from "vitest/config";

export default defineConfig({
  // The build puts the addresses of the later catalogues here; tests speak the English that comes with the script.
  define: { MORE_CATALOGUES: JSON.stringify("{}"), SIGN_IN_CATALOGUES: JSON.stringify("{}") },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
