/** What the page asks the browser to call the worker for: sending while the app is closed. */
export const SEND = "send";
