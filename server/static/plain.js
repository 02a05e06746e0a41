// Only a browser that knows no modules runs this: the phone app is too new for it.
location.replace("/plain");
