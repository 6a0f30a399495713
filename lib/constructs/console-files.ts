/** Which file answers the path of a page of the console: code for a CloudFront Function. */

/**
 * The address of a page is not the name of a file. Only files beside `index.html` keep their path; assets have a
 * behaviour without this function, so that a missing one is 404. It has no imports: CloudFront gets its text.
 */
export const PAGE_ROUTING = `function handler(event) {
  var request = event.request;
  if (!/^\\/[^/]+\\.[a-z0-9]+$/.test(request.uri)) request.uri = '/index.html';
  return request;
}`;
