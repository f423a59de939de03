mod ocb;
mod schemes;
