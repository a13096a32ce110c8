"""The state of a campaign as of any day: figures against plan, sentences, pictures, and the records behind them."""
