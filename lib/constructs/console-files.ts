/** Which file answers the path of a page of the console: code for a CloudFront Function. */

/**
 * The address of a page is not the name of a file, so the function answers pages with `index.html`. Only files beside
 * `index.html` keep their path. Assets have a behaviour without this function, so that a missing one is 404. It has no
 * imports, because CloudFront gets its text.
 */
export const PAGE_ROUTING = `function handler(event) {
  var request = event.request;
  if (!/^\\/[^/]+\\.[a-z0-9]+$/.test(request.uri)) request.uri = '/index.html';
  return request;
}`;
