// What articles and search add to keys.js and page.js. Every page works without this file.
(() => {
  "use strict";
})();
