//! What tests share: temporary homes, deadlines, scripted peers. No test lives here.
