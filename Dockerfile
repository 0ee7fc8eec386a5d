# Two images: `slim`, for a PostgreSQL of yours (the default), and `embedded`, which brings its own PostgreSQL along.
#   docker build -t rollcall .
#   docker build -t rollcall:embedded --target embedded .
ARG NODE_IMAGE=node:24-bookworm-slim

# The compiler and its types stay behind in this stage.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/rollcall-client/package.json ./packages/rollcall-client/
COPY console/package.json ./console/
# The program that builds the console has its parts for this machine among the optional packages.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY packages/rollcall-client/tsconfig.json ./packages/rollcall-client/
COPY packages/rollcall-client/src ./packages/rollcall-client/src
COPY src ./src
RUN npx tsc -p packages/rollcall-client && npx nest build
COPY scripts/console.mjs scripts/turn.mjs ./scripts/
COPY console/index.html console/vite.config.js console/tsconfig.json ./console/
COPY console/public ./console/public
COPY console/src ./console/src
RUN node scripts/console.mjs

# Half of what the dependencies take is source maps and types, which nothing reads at run time.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/rollcall-client/package.json ./packages/rollcall-client/
COPY console/package.json ./console/
COPY scripts/slim.mjs ./scripts/
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && node scripts/slim.mjs

# The install script of the PostgreSQL package links its libraries; user `node` may not write node_modules later.
FROM ${NODE_IMAGE} AS embedded-dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/rollcall-client/package.json ./packages/rollcall-client/
COPY console/package.json ./console/
COPY scripts/slim.mjs ./scripts/
RUN npm ci --omit=dev --no-audit --no-fund && node scripts/slim.mjs

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/var/lib/rollcall \
    SPOOL_DIR=/var/lib/rollcall
WORKDIR /app
# The one folder that is written to. A new volume takes its owner over.
RUN install --directory --owner=1000 --group=1000 --mode=0700 /var/lib/rollcall
VOLUME /var/lib/rollcall
EXPOSE 3000
STOPSIGNAL SIGTERM
# Asks whether the process runs, not whether the database does: a restart would not mend that.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A number, so that Kubernetes can tell that it is not root. It is user `node` of the image.
USER 1000:1000
ENTRYPOINT ["node"]
CMD ["dist/main.js"]

FROM base AS embedded
COPY --from=embedded-dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/packages/rollcall-client/dist ./packages/rollcall-client/dist
COPY packages/rollcall-client/package.json ./packages/rollcall-client/
COPY --from=build /app/console/dist ./console/dist
COPY console/package.json ./console/
COPY package.json .env.example LICENSE README.md ./
COPY docs ./docs
COPY assets ./assets

FROM base AS slim
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/packages/rollcall-client/dist ./packages/rollcall-client/dist
COPY packages/rollcall-client/package.json ./packages/rollcall-client/
COPY --from=build /app/console/dist ./console/dist
COPY console/package.json ./console/
COPY package.json .env.example LICENSE README.md ./
COPY docs ./docs
COPY assets ./assets
