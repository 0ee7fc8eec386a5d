/* Starts Swagger UI at /docs, with the documents that its element names. */
/* global SwaggerUIBundle, SwaggerUIStandalonePreset */

/**
 * Where a token is kept: in this tab alone, and no longer than it is open. What opens the admin API, whose scheme has a name
 * that no surface's has, opens nothing else.
 */
const keyOf = (scheme) => (scheme === 'admin' ? 'rollcall.admin' : 'rollcall.token');

/** Notes the token that is entered, and forgets it at the log-out. Basic has two values, and is not kept. */
const noteToken = {
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (authorize) => (entered) => {
          for (const [scheme, { value }] of Object.entries(entered)) {
            if (typeof value === 'string') sessionStorage.setItem(keyOf(scheme), value);
          }
          return authorize(entered);
        },
        logout: (logout) => (names) => {
          for (const scheme of names) sessionStorage.removeItem(keyOf(scheme));
          return logout(names);
        },
      },
    },
  },
};

/** The page has a name of its own, and the styles within the picture are against its policy. */
const withoutLogo = { components: { Logo: () => null } };

const element = document.getElementById('swagger-ui');

const ui = SwaggerUIBundle({
  domNode: element,
  urls: JSON.parse(element.dataset.documents).map(({ name, url }) => ({
    name,
    url: new URL(url, location).href,
  })),
  deepLinking: true,
  displayRequestDuration: true,
  layout: 'StandaloneLayout',
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  plugins: [SwaggerUIBundle.plugins.DownloadUrl, noteToken, withoutLogo],
  // Behind each document that is shown, the first one and those that are picked: each names its schemes as it likes.
  onComplete: () => {
    for (const [name, scheme] of ui.specSelectors.securityDefinitions().entries()) {
      const token = sessionStorage.getItem(keyOf(name));
      if (token !== null && scheme.get('scheme') === 'bearer') ui.preauthorizeApiKey(name, token);
    }
  },
});
