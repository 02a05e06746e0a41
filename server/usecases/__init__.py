"""One module per actor goal; one public async function per goal."""
